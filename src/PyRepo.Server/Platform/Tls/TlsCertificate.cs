using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Platform.Tls;

/// <summary>
/// The pair that new connections get. It changes with its files, without a restart. Files that cannot be used, such as
/// those of which only one is replaced yet, leave the last pair in use.
/// </summary>
/// <param name="files">The files.</param>
/// <param name="first">Their content at the start.</param>
/// <param name="logger">Receives a line for each new pair, and for each new problem.</param>
sealed class TlsCertificate(TlsFiles files, TlsPair first, ILogger<TlsCertificate> logger)
{
    volatile TlsPair _current = first;
    string? _problem;

    /// <summary>How often to poll.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The pair for a new connection.</summary>
    public TlsPair Current => _current;

    /// <summary>Looks at the files once. Call this from one thread at a time.</summary>
    public void Poll()
    {
        try
        {
            var texts = files.Read();
            if (texts != _current.Texts)
            {
                _current = new TlsPair(texts);
                Log.CertificateChanged(logger, _current.Expires);
            }
            _problem = null;
        }
        catch (TlsException error)
        {
            var problem = files.Describe(error);
            if (problem != _problem)
                Log.CertificateRejected(logger, problem);
            _problem = problem;
        }
    }
}
