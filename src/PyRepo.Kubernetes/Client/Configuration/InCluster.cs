namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>What Kubernetes gives a pod.</summary>
static class InCluster
{
    const string ServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>The settings of this pod; null: this is no pod.</summary>
    public static ClusterSettings? Read(TimeProvider clock)
    {
        var host = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST");
        var port = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT");
        return string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port)
            ? null
            : Of(host, port, ServiceAccountFolder, clock);
    }

    /// <summary>Reads the settings from a pod's environment variables and ServiceAccount folder.</summary>
    /// <param name="host">A name, an IPv4 or an IPv6 address.</param>
    /// <param name="port">A port.</param>
    /// <param name="folder">Where token, ca.crt and namespace are.</param>
    /// <param name="clock">What time it is.</param>
    public static ClusterSettings Of(string host, string port, string folder, TimeProvider clock)
    {
        var bracketed = host.Contains(':', StringComparison.Ordinal) ? $"[{host.Trim('[', ']')}]" : host;
        var namespaceFile = Path.Combine(folder, "namespace");
        return new(new Uri($"https://{bracketed}:{port}"), new TokenFile(Path.Combine(folder, "token"), clock))
        {
            Authority = new(null, Path.Combine(folder, "ca.crt"), clock),
            Namespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : "default",
        };
    }
}
