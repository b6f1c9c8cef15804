using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Buckets;

/// <summary>MinIO on the loopback interface, with a folder of its own. It ends with the tests' process.</summary>
public sealed class MinioServer : IAsyncDisposable
{
    /// <summary>What a test needs.</summary>
    public const string Asset = "s3/minio.xz";

    const string Script = """
        minio=$("$ASSETS/unpack.sh" s3)/minio
        "$minio" server "$1/data" --address "127.0.0.1:$2" >"$1/log" 2>&1 </dev/null &
        read -r; kill $!; wait
        """;

    readonly TemporaryFolder _folder = new();
    readonly string _secretKey = Guid.NewGuid().ToString("N");
    readonly int _port = FreePort();
    readonly Process _process;

    MinioServer() => _process = Process.Start(
        new ProcessStartInfo("/bin/bash", ["-c", Script, "bash", _folder.Path, $"{_port}"])
        {
            RedirectStandardInput = true,
            Environment =
            {
                ["ASSETS"] = Assets.PathOf(),
                ["MINIO_ROOT_USER"] = "tests",
                ["MINIO_ROOT_PASSWORD"] = _secretKey,
                ["MINIO_BROWSER"] = "off",
            },
        })!;

    /// <summary>Starts one, and waits until it is ready.</summary>
    public static async Task<MinioServer> StartAsync()
    {
        var started = new MinioServer();
        using var http = new HttpClient();
        await Eventually.IsAsync("MinIO is ready", async () =>
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{started._port}/minio/health/live"));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return started;
    }

    /// <summary>Whether it has a bucket: it is a folder.</summary>
    public bool Has(string bucket) => Directory.Exists(_folder.At("data", bucket));

    /// <summary>A repository in a bucket that the server creates, with the Secret of its keys.</summary>
    public string Repository(string name, string bucket) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}} }
        spec:
          storage:
            bucket:
              name: {{bucket}}
              endpoint: http://127.0.0.1:{{_port}}
              create: true
              credentialsSecretRef: { name: bucket-keys }
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: bucket-keys }
        stringData: { AWS_ACCESS_KEY_ID: tests, AWS_SECRET_ACCESS_KEY: {{_secretKey}} }

        """;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
