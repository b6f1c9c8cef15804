using System.Net.Sockets;
using System.Security.Authentication;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Why there is no answer, or only a part of one.</summary>
static class Unreachable
{
    /// <summary>Whether a request failed without an answer, and was not stopped by its caller.</summary>
    public static bool Is(Exception error, CancellationToken caller) => error switch
    {
        BucketException => false,
        OperationCanceledException => !caller.IsCancellationRequested,
        _ => error is HttpRequestException or IOException or SocketException or TimeoutException,
    };

    /// <summary>Returns the error to throw.</summary>
    public static BucketException Error(string service, Exception error)
    {
        // The cause of a timeout is that the connection was closed, which would say nothing.
        var cause = error is OperationCanceledException ? error : error.GetBaseException();
        var reason = cause switch
        {
            AuthenticationException when !cause.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase) =>
                $"it does not use TLS ({cause.Message.TrimEnd('.')}). Check whether the endpoint is http",
            AuthenticationException =>
                $"its certificate is not trusted ({cause.Message.TrimEnd('.')}). Give the CA that signed it",
            SocketException
            {
                SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData,
            } => "its name could not be resolved. Check the endpoint, and the DNS of the cluster",
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
                "it refuses connections. Check the endpoint's host and port, and that the service runs",
            OperationCanceledException or TimeoutException => "it did not answer in time",
            _ => cause.Message.TrimEnd('.'),
        };
        return new(BucketException.Unreachable, $"Cannot reach {service}: {reason}.", error)
        {
            // What a callback or a certificate refused stays refused.
            IsTransient = cause is SocketException or OperationCanceledException or TimeoutException
                || (cause is IOException or HttpRequestException && cause is not AuthenticationException),
        };
    }
}
