using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EndToEnd.Serving;

/// <summary>A real nginx with TLS in front of a server, with the lines that <c>docs/systemd.md</c> has for it.</summary>
sealed partial class Nginx : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly Process _process;

    Nginx(Uri server, TlsFiles tls)
    {
        var port = FreePort.Take();
        Url = new Uri($"https://127.0.0.1:{port}/");
        var lines = Lines.Match(SourceTree.Read("docs/systemd.md")).Groups[1].Value
            .Replace("listen 443 ssl", $"listen 127.0.0.1:{port} ssl", StringComparison.Ordinal)
            .Replace("/etc/ssl/pypi.example.com.crt", tls.Certificate, StringComparison.Ordinal)
            .Replace("/etc/ssl/private/pypi.example.com.key", tls.Key, StringComparison.Ordinal)
            .Replace("http://127.0.0.1:8080", $"http://{server.Authority}", StringComparison.Ordinal);
        var configuration = _folder.Write("nginx.conf", $$"""
            daemon off;
            pid {{_folder["pid"]}};
            error_log stderr;
            events { }
            http {
              access_log off;
              client_body_temp_path {{_folder["body"]}};
              proxy_temp_path {{_folder["proxy"]}};
              fastcgi_temp_path {{_folder["fastcgi"]}};
              uwsgi_temp_path {{_folder["uwsgi"]}};
              scgi_temp_path {{_folder["scgi"]}};
            {{lines}}
            }
            """);
        _process = Process.Start(new ProcessStartInfo("nginx", ["-c", configuration, "-p", _folder.Path]))!;
    }

    /// <summary>Where clients reach the server through it.</summary>
    public Uri Url { get; }

    /// <summary>Whether there is a program.</summary>
    public static bool IsInstalled =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "nginx")));

    /// <summary>Starts it, and waits until it answers.</summary>
    public static async Task<Nginx> StartAsync(Uri server, TlsFiles tls, HttpClient client)
    {
        var nginx = new Nginx(server, tls);
        await Eventually.IsAsync("nginx answers", async () =>
        {
            try
            {
                using var answer = await client.GetAsync(nginx.Url);
                return true;
            }
            catch (HttpRequestException)
            {
                return nginx._process.HasExited
                    ? throw new InvalidOperationException($"nginx ended with {nginx._process.ExitCode}.") : false;
            }
        });
        return nginx;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    [GeneratedRegex(
        "^```nginx\\n(.*?)^```",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    static partial Regex Lines { get; }
}
