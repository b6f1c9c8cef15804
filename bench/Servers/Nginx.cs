using System.Globalization;
using Bench.Measuring;

namespace Bench.Servers;

/// <summary>nginx over one folder, with everything on that makes it fast.</summary>
/// <remarks>It can be an index, too: a folder's page is its <c>index.json</c>.</remarks>
sealed class Nginx : IDisposable
{
    /// <summary>What nginx opens besides the files that it keeps open.</summary>
    const int SpareFiles = 2_000;

    readonly ChildProcess _process;

    public Nginx(string work, string root)
    {
        var port = IndexServer.FreePort();
        var configuration = Path.Combine(work, $"nginx-{port}.conf");
        // "user" matters where the bench runs as root: the workers must be able to read the folder.
        File.WriteAllText(configuration, $$"""
            daemon off;
            user {{Environment.UserName}};
            worker_processes {{Environment.ProcessorCount}};
            worker_rlimit_nofile {{MaxOpenFiles}};
            pid {{work}}/nginx-{{port}}.pid;
            error_log stderr;
            events { worker_connections 1024; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              gzip_static on;
              keepalive_requests 1000000000;
              open_file_cache max={{MaxOpenFiles - SpareFiles}};
              index index.json;
              client_body_temp_path {{work}}/nginx-body;
              proxy_temp_path {{work}}/nginx-proxy;
              fastcgi_temp_path {{work}}/nginx-fastcgi;
              uwsgi_temp_path {{work}}/nginx-uwsgi;
              scgi_temp_path {{work}}/nginx-scgi;
              types { text/html html; application/vnd.pypi.simple.v1+json json; }
              default_type application/octet-stream;
              server { listen 127.0.0.1:{{port}}; root {{root}}; }
            }
            """);
        _process = ChildProcess.Start("nginx", ["-c", configuration], []);
        var address = new Uri($"http://127.0.0.1:{port}");
        IndexServer.WaitFor(address);
        Server = new StaticServer(
            "nginx", address, ProcessSample.GetChildren(_process.Id, "worker process", Environment.ProcessorCount));
    }

    public StaticServer Server { get; }

    /// <summary>As many as this machine allows: with more in its cache, nginx answers with 500.</summary>
    static int MaxOpenFiles => int.Min(200_000, int.Parse(
        File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture));

    public void Dispose() => _process.Dispose();
}
