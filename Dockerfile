# The image of an Awasir node: one binary on a slim Debian, run by an ordinary user.
#
#     docker build -t awasir .
#     docker run -p 8080:8080 -v awasir:/var/lib/awasir awasir

FROM rust:1.95-bookworm AS build
WORKDIR /awasir
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/awasir/target \
    cargo build --locked --release --bin awasir \
    && install -D target/release/awasir /out/awasir

FROM debian:bookworm-slim
RUN groupadd --system --gid 10001 awasir \
    && useradd --system --uid 10001 --gid awasir --home-dir /var/lib/awasir --shell /usr/sbin/nologin awasir \
    && install -d -o awasir -g awasir -m 0750 /var/lib/awasir
COPY --from=build /out/awasir /usr/local/bin/awasir
# The authorities that a mail server's certificate is held against; the slim image has none.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
ENV AWASIR_LISTEN=0.0.0.0:8080 \
    AWASIR_DATA_DIR=/var/lib/awasir \
    AWASIR_LOG_FORMAT=json
USER awasir
WORKDIR /var/lib/awasir
VOLUME /var/lib/awasir
EXPOSE 8080
STOPSIGNAL SIGTERM
# Asks /readyz with nothing but the shell: 200 only when the database answers and is migrated.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r -u 3 _ status _ && [[ $status == 200 ]]"]
ENTRYPOINT ["awasir"]
CMD ["serve"]
