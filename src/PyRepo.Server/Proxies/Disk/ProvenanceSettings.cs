using System.Globalization;
using PyRepo.Server.Content.Attestations;

namespace PyRepo.Server.Proxies.Disk;

/// <summary>How a proxy verifies the attestations of upstream's files.</summary>
/// <param name="Verifier">Verifies them.</param>
/// <param name="HoldFor">
/// How long a file of another publisher is held. One that was there longer when the project was first looked at is part
/// of the project's past.
/// </param>
/// <param name="IsAwaited">
/// Whether pages wait a moment for the verification, because files are hidden until they are verified.
/// </param>
sealed record ProvenanceSettings(AttestationVerifier Verifier, TimeSpan HoldFor, bool IsAwaited)
{
    /// <summary>Equal fingerprints mean equal verdicts.</summary>
    public string Fingerprint { get; } = string.Create(
        CultureInfo.InvariantCulture, $"{Verifier.Root.Fingerprint}.{HoldFor.TotalSeconds}");
}
