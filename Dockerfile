# Hourglass for a class: see docs/deployment.md.
ARG BASE=python:3.12-slim
FROM ${BASE}

WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

COPY .streamlit .streamlit
COPY assets assets
COPY autoencoder autoencoder
COPY ui ui
COPY pages pages
COPY app.py LICENSE ./

# What is trained, and a downloaded MNIST, go to /data; nothing else outlives the container.
RUN python -m compileall -q app.py autoencoder ui pages \
    && useradd --create-home --uid 1000 hourglass \
    && install -d -o hourglass -g hourglass /data
USER hourglass
VOLUME /data
# Without a name for itself, a server without a screen asks the internet for its address.
ENV PYTHONUNBUFFERED=1 \
    HOURGLASS_HOME=/data \
    HOURGLASS_ADDRESS="" \
    KERAS_HOME=/data/keras \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501 \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_BROWSER_SERVER_ADDRESS=localhost

EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as r; \
path = f\"/{os.environ.get('STREAMLIT_SERVER_BASE_URL_PATH', '')}/_stcore/health\".replace('//', '/'); \
r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:8501' + path, timeout=4)"]
CMD ["streamlit", "run", "app.py"]
