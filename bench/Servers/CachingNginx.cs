using Bench.Measuring;

namespace Bench.Servers;

/// <summary>nginx that caches what it gets from an upstream (proxy_cache).</summary>
sealed class CachingNginx : IDisposable
{
    readonly ChildProcess _process;

    public CachingNginx(string work, Uri upstream)
    {
        var folder = Directory.CreateDirectory(Path.Combine(work, "caching-nginx")).FullName;
        var port = IndexServer.FreePort();
        var configuration = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(configuration, $$"""
            daemon off;
            user {{Environment.UserName}};
            worker_processes {{Environment.ProcessorCount}};
            pid {{folder}}/nginx.pid;
            error_log stderr;
            events { worker_connections 1024; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              keepalive_requests 1000000000;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              proxy_cache_path {{folder}}/cache keys_zone=index:16m max_size=100g inactive=1d use_temp_path=off;
              upstream index { server 127.0.0.1:{{upstream.Port}}; keepalive 32; }
              server {
                listen 127.0.0.1:{{port}};
                location / {
                  proxy_pass http://index;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_max_temp_file_size 0;
                  proxy_cache index;
                  proxy_cache_key $uri$http_accept$http_accept_encoding;
                  proxy_cache_valid 200 1h;
                  proxy_cache_lock on;
                  proxy_ignore_headers Cache-Control Expires Vary;
                }
              }
            }
            """);
        _process = ChildProcess.Start("nginx", ["-c", configuration], []);
        var address = new Uri($"http://127.0.0.1:{port}");
        IndexServer.WaitFor(address);
        // Only the workers: nginx ends another child, which reads the cache, after a minute.
        Server = new StaticServer(
            "nginx", address, ProcessSample.GetChildren(_process.Id, "worker process", Environment.ProcessorCount));
    }

    public StaticServer Server { get; }

    public void Dispose() => _process.Dispose();
}
