using System.Text;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Disk;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>A file whose attestations have been verified.</summary>
/// <param name="Key">Other bytes, or another trusted root, have another key.</param>
/// <param name="Outcome">The outcome.</param>
sealed record VerifiedFile(string Key, VerifiedProvenance Outcome)
{
    /// <summary>Returns the key of a file.</summary>
    public static string GetKey(Distribution file, ProvenanceSettings settings) =>
        Sha256Digest.HashData(Encoding.UTF8.GetBytes(
            $"{file.Name.FileName}\n{file.Sha256}\n{settings.Verifier.Root.Fingerprint}")).Prefix16;
}
