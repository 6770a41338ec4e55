"""Clauses written for these tests with the kind a reader gives them, before the rules were written.

The rules were tuned on `FOR_RULES`; `KEPT_ASIDE` was written at the same time, in other trades and
other words, and only measured. Boilerplate is kept apart: it must give no clause at all.
"""

FOR_RULES = """
goal 提高陶瓷膜的抗污染能力
goal 解决注塑件缩水变形的问题
goal 降低空压站的用电成本
goal 实现仓库盘点无人化
goal 减少切削液的更换次数
goal 避免纺丝过程中频繁断头
goal 延长挖掘机斗齿的使用寿命
goal 希望能消除冷轧板表面的黑斑
goal 缩短模具换型时间
goal 胶水固化后容易开裂，无法返修
goal 攻克厚壁铸件缩松难题
goal 改善预制菜复热后的口感
goal 替代进口的高速轴承
object 蓄热式燃烧器
object 一种耐低温的密封胶
object 需要一台自动贴标设备
object 食用菌菌渣
object 冷链运输车厢用保温板材
object 寻找可降解的地膜材料
object 研发一款便携式甲醛检测仪
object 矿用本安型压力传感器
object 大型储罐内壁防腐涂料
object 求购桑叶采摘机
object 高纯氧化铝粉体
object 智能灌区调度平台
process 采用超临界二氧化碳萃取
process 利用等离子体进行表面活化
process 通过微波辅助加热的办法脱硫
process 基于图神经网络的故障诊断算法
process 需要成熟的渗碳淬火工艺
process 大豆分离蛋白的酶解方法
process 运用数字孪生建立仿真模型
process 镍钴共沉淀的生产流程
process 以两步法发酵代替一步发酵
process 多目标排产算法
process 冷喷涂成形工艺参数的选取
process 借助机器视觉识别焊缝
condition 在零下三十度的户外环境中使用
condition 适用于井下防爆场所
condition 用于高盐废水的处理现场
condition 在不停产的条件下更换
condition 强酸强碱工况
condition 车间粉尘大、湿度高
condition 适应丘陵山地小地块作业
condition 现场没有压缩空气
condition 在带负载情况下启动
condition 面向老旧小区的二次供水泵房
condition 高海拔、昼夜温差大的地区
condition 原有厂房层高有限，设备不能超高
indicator 表面粗糙度Ra≤0.8μm
indicator 日处理量不低于200吨
indicator 抗拉强度达到550MPa以上
indicator 识别准确率98%以上
indicator 把含水率从18%降到12%以内
indicator 噪声小于65分贝
indicator 使用寿命超过5年
indicator 单机功率不大于15kW
indicator 检出限0.05mg/L
indicator 重复定位精度±0.02mm
indicator 综合能耗下降10%
indicator 节拍控制在45秒以内
"""

KEPT_ASIDE = """
goal 让老人在家里就能做康复训练
goal 提升茶油的出油率
goal 防止电缆接头过热起火
goal 增强木塑板材的阻燃性能
goal 化解雨季原料发霉的难处
goal 压低每吨纱的用水量
goal 确保疫苗全程不脱冷链
goal 保证船体分段合拢时不错边
goal 目前人工挑拣效率低，劳动强度大
goal 达到一键启停、少人值守
goal 使豆粕中的抗营养因子失活
goal 加快混凝土早期强度的增长
goal 根治反应釜壁结垢
object 钛合金骨钉
object 开发适合小农户的花生收获机
object 一套牧场奶牛发情监测项圈
object 光伏组件清洗机器人
object 废旧动力电池正极粉
object 寻求一种无氟防水整理剂
object 中药饮片溯源系统
object 高铁轴箱用润滑脂
object 需要能替人喷漆的机械臂
object 建筑垃圾再生骨料
object 水产饲料用新型蛋白原料
object 城市内涝预警软件
process 用膜分离替换原来的蒸发浓缩
process 联合强化学习与启发式搜索求解调度
process 真空冷冻干燥工艺
process 经过二次回火处理
process 引入同态加密保护参与方数据
process 酸洗钝化一体化的操作办法
process 石墨烯的液相剥离制备方法
process 采取分段控温的烘焙方式
process 依托毫米波雷达做人员跌倒识别
process 红外与可见光图像融合算法
process 利用固废协同碱激发制备胶凝材料
process 先粗磨后精抛的加工路线
condition 在海上平台长期运行
condition 适合北方盐碱地种植
condition 井深超过常规、地层压力大
condition 要在现有流水线不改动的前提下加装
condition 高温高湿的热带地区
condition 电网电压波动较大的乡镇
condition 供食品车间使用，须耐反复冲洗
condition 应用于核电站含辐射区域
condition 户外无网络信号
condition 冬季露天施工
condition 老年人家庭环境
condition 处于潮汐带的桥墩
indicator 每小时产能3000件
indicator 固含量≥45%
indicator 续航里程不少于400公里
indicator 误报率控制在千分之一以下
indicator 厚度0.12～0.15毫米
indicator 响应时间<10ms
indicator 良品率由92%提到97%
indicator 导热系数大于5W/(m·K)
indicator 电池循环2000次后容量保持80%
indicator 拉力不小于30牛
indicator 成本控制在每平方米80元以内
indicator 工作温度可达1200℃
"""

BOILERPLATE = """
我公司成立于2006年，注册资金3000万元
厂区占地面积80亩，现有员工260余人
是国家高新技术企业、省级专精特新企业
拥有发明专利12项，通过了ISO9001质量管理体系认证
联系人：设备部，电话：0000-1234567
希望与高校开展产学研合作
欢迎有实力的院校和团队前来洽谈
公司主营农机配件的生产和销售
项目预算80万元，具体面议
产品远销东南亚二十多个国家
企业先后荣获市级技术中心、绿色工厂等称号
一、技术需求背景：
三、现有工作基础
我司建有省级工程技术研究中心
近年来，我国冷链物流行业发展迅速
据统计，全国每年产生秸秆约8亿吨
年销售收入2.3亿元，利税1800万元
随着人们生活水平的不断提高
"""


def labelled(text: str) -> list[tuple[str, str]]:
    """Return (kind, clause) of every line."""
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in text.strip().splitlines()]
