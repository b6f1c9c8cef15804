using Bench.Measuring;

namespace Bench.Servers;

/// <summary>nginx that shares requests among servers, as the Service of a cluster does.</summary>
sealed class BalancingNginx : IDisposable
{
    readonly ChildProcess _process;

    public BalancingNginx(string work, IEnumerable<Uri> servers)
    {
        var port = IndexServer.FreePort();
        var folder = Directory.CreateDirectory(Path.Combine(work, $"balancing-nginx-{port}")).FullName;
        var configuration = Path.Combine(folder, "nginx.conf");
        var list = string.Concat(servers.Select(server => $"server {server.Authority}; "));
        File.WriteAllText(configuration, $$"""
            daemon off;
            user {{Environment.UserName}};
            worker_processes 1;
            pid {{folder}}/nginx.pid;
            error_log stderr;
            events { worker_connections 1024; }
            http {
              access_log off;
              keepalive_requests 1000000000;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              upstream replicas { {{list}}keepalive 64; }
              server {
                listen 127.0.0.1:{{port}};
                location / {
                  proxy_pass http://replicas;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_set_header Host $http_host;
                }
              }
            }
            """);
        _process = ChildProcess.Start("nginx", ["-c", configuration], []);
        Address = new Uri($"http://127.0.0.1:{port}");
        IndexServer.WaitFor(Address);
    }

    public Uri Address { get; }

    public void Dispose() => _process.Dispose();
}
