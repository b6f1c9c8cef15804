using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using PyRepo.Kubernetes.Client.Configuration;

namespace PyRepo.Kubernetes.Client;

/// <summary>
/// The connection to one cluster's API server. Files that it uses are read again when they change.
/// </summary>
public sealed class ClusterConnection : IDisposable
{
    readonly ClusterSettings _settings;
    readonly Transport _transport;

    internal ClusterConnection(ClusterSettings settings) : this(settings, new Transport(settings))
    {
    }

    internal ClusterConnection(ClusterSettings settings, Transport transport) =>
        (_settings, _transport) = (settings, transport);

    /// <summary>The API server's address.</summary>
    public Uri Server => _settings.Server;

    /// <summary>The pod's own namespace, or that of the kubeconfig's context.</summary>
    public string Namespace => _settings.Namespace;

    /// <summary>
    /// The cluster that is meant: the file given, else those of KUBECONFIG, else the pod's own cluster, else
    /// <c>~/.kube/config</c>.
    /// </summary>
    /// <param name="kubeconfig">A kubeconfig file, or several as KUBECONFIG lists them.</param>
    /// <param name="context">A context of it; null: the current one.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="KubeconfigException">No cluster is configured, or not so that it can be used.</exception>
    public static ClusterConnection Open(string? kubeconfig, string? context, TimeProvider clock)
    {
        var files = string.IsNullOrEmpty(kubeconfig) ? Environment.GetEnvironmentVariable("KUBECONFIG") : kubeconfig;
        if (string.IsNullOrEmpty(files) && InCluster.Read(clock) is { } inCluster)
            return new(inCluster);
        if (string.IsNullOrEmpty(files))
            files = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        var paths = files.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return new(Kubeconfig.Read(paths).Select(context, clock));
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    /// <summary>Sends a request; answers once its headers are there. The caller disposes of it.</summary>
    internal async Task<HttpResponseMessage> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var credential = await _settings.Credentials.GetAsync(cancellationToken);
        var response = await SendAsync(request, credential, cancellationToken);
        if (response.StatusCode is not HttpStatusCode.Unauthorized || !_settings.Credentials.Reject(credential))
            return response;
        response.Dispose();
        credential = await _settings.Credentials.GetAsync(cancellationToken);
        return await SendAsync(request, credential, cancellationToken);
    }

    async Task<HttpResponseMessage> SendAsync(
        ApiRequest request, Credential credential, CancellationToken cancellationToken)
    {
        using var message = request.ToMessage(_settings.Server, _settings.TlsServerName);
        if (credential.Token is { } token)
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            return await _transport.For(credential).SendAsync(message, cancellationToken);
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.SecureConnectionError)
        {
            _transport.InvalidateCa();
            throw;
        }
        catch (SocketException error)
        {
            // HttpClient lets it through when the connection breaks in the moment in which it is made.
            throw new HttpRequestException(HttpRequestError.ConnectionError, error.Message, error);
        }
    }
}
