using PyRepo.Server.Platform.Egress;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>Where a database of advisories comes from.</summary>
interface IAdvisorySource : IDisposable
{
    /// <summary>The source at the beginning of a message, without what may be secret.</summary>
    string Name { get; }

    /// <summary>Identifies the source: lowercase hexadecimal digits.</summary>
    string Fingerprint { get; }

    /// <summary>Opens the database, if it differs from the known one.</summary>
    /// <param name="known">The validators of the known one, or null if there is none.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <returns>The database, which the caller disposes, or null if it has not changed.</returns>
    /// <exception cref="UpstreamUnavailableException">The source can't be reached.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    Task<FetchedAdvisories?> OpenAsync(PageValidators? known, CancellationToken cancellationToken);
}
