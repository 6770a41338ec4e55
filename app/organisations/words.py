"""What choices about organisations are called."""

from collections.abc import Mapping

from app.models import EnterpriseGrade, OrganisationKind, Verification

KINDS: Mapping[str, str] = {
    OrganisationKind.ENTERPRISE: "企业",
    OrganisationKind.UNIVERSITY: "高校院所",
    OrganisationKind.GOVERNMENT: "政府部门",
    OrganisationKind.PROVIDER: "服务机构",
}
GRADES: Mapping[str, str] = {
    EnterpriseGrade.TECHNOLOGY_SME: "科技型中小企业",
    EnterpriseGrade.HIGH_TECH_CANDIDATE: "高企培育入库",
    EnterpriseGrade.HIGH_TECH: "高新技术企业",
    EnterpriseGrade.SPECIALISED: "专精特新",
}
VERIFICATIONS: Mapping[str, str] = {
    Verification.UNVERIFIED: "未核验",
    Verification.VERIFIED: "已核验",
    Verification.REFUSED: "核验未通过",
}
