"""The commands that make an installation ready and run its processes."""

import ipaddress
import signal
from typing import Annotated

import typer

from app.command_line import Json, failing_clearly, opened, print_json
from app.core.errors import SetupError
from app.core.security import ensure_key
from app.core.settings import Settings
from app.core.terminal import out, progress_bar
from app.jobs.worker import Worker
from app.notices.background import NoticeWork
from app.search.gateway import Gateway

installation = typer.Typer()


@installation.command()
def init(as_json: Json = False) -> None:
    """准备数据目录：建库、解开内置模型、生成运营方密钥。可重复执行。"""
    with progress_bar("准备数据库和模型", quiet=as_json), opened(as_json, index=False) as parts:
        _, made = ensure_key(parts[Settings].key_file)
        model = parts[Gateway].encoder.model_id
    if as_json:
        print_json({"data_dir": str(parts[Settings].data_dir), "model_id": model, "key_created": made})
        return
    out.print(f"数据目录 {parts[Settings].data_dir} 已就绪，语义模型 {model}。")
    if made:
        _announce_key(parts[Settings])


def _announce_key(settings: Settings) -> None:
    key, _ = ensure_key(settings.key_file)
    out.print(f"运营方密钥（只显示这一次，保存在 {settings.key_file}）：[bold]{key}[/]")


@installation.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口")] = 8000,
) -> None:
    """启动服务。"""
    import uvicorn

    with failing_clearly(as_json=False):
        settings = Settings()
        if not _is_loopback(host) and not settings.allow_non_loopback:
            raise SetupError(
                f"本服务自己不做 TLS，监听 {host} 会让密码和密钥明文经过网络。请使用 --host 127.0.0.1，"
                "由本机的反向代理以 HTTPS 对外提供；容器内请设置 SHUANGXU_ALLOW_NON_LOOPBACK=true。"
            )
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _, made = ensure_key(settings.key_file)
        if made:
            _announce_key(settings)
    out.print(f"服务地址 http://{host}:{port} ，接口说明 http://{host}:{port}/api/v1/openapi.json ，按 Ctrl+C 停止。")
    uvicorn.run(
        "app.main:create_app", factory=True, host=host, port=port,
        log_level=settings.log_level.lower(), timeout_graceful_shutdown=10, server_header=False,
    )  # fmt: skip


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@installation.command()
def worker() -> None:
    """处理上传的文件、持续匹配并发送通知，直到按 Ctrl+C；与 serve 分开运行时给 serve 设 SHUANGXU_WORKER=false。"""
    with opened(as_json=False) as parts:
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, lambda *_: parts[Worker].stop())
        out.print("等待上传的文件，持续匹配并发送通知，按 Ctrl+C 停止。")
        parts[NoticeWork].start()
        parts[Worker].run()
        parts[NoticeWork].stop()
