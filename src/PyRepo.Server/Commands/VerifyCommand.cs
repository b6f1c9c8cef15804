using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using PyRepo.Packaging.Attestations;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Attestations;
using PyRepo.Sigstore.Roots;
using Refused = PyRepo.Sigstore.Verdict.Refused;
using Verified = PyRepo.Sigstore.Verdict.Verified;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo verify</c></summary>
static class VerifyCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A wheel or a source distribution." };
        file.AcceptExistingOnly();
        var attestation = new Option<FileInfo>("--attestation")
        {
            Description = "An attestation of it (PEP 740), or its provenance as an index serves it.",
            HelpName = "ATTESTATION",
            Required = true,
        };
        attestation.AcceptExistingOnly();
        var root = new Option<FileInfo>("--trusted-root")
        {
            Description = "A Sigstore trusted root. Default: the bundled one of the public instance.",
            HelpName = "FILE",
        };
        root.AcceptExistingOnly();
        var command = new Command(
            "verify",
            "Verify who attested a distribution, offline. The exit status is 1 if there is no proof.")
        {
            file, attestation, root,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await RunAsync(
                    parsed.GetRequiredValue(file), parsed.GetRequiredValue(attestation), parsed.GetValue(root),
                    cancellationToken);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
            {
                return Fail(error.Message);
            }
        });
        return command;
    }

    static async Task<int> RunAsync(
        FileInfo file, FileInfo attestation, FileInfo? root, CancellationToken cancellationToken)
    {
        if (!DistributionFileName.TryParse(file.Name, out var name))
            return Fail($"'{file.Name}' is not the name of a wheel or a source distribution");
        var trusted = root is null
            ? TrustedRootSource.Public
            : TrustedRootSource.Read(root.Name, await ReadAsync(root, TrustedRoot.MaxLength, cancellationToken));
        if (!trusted.IsReadable)
            return Fail(trusted.Failure);
        var json = await ReadAsync(attestation, Provenance.MaxLength, cancellationToken);
        if (!TryRead(json, out var attestations, out var problem))
            return Fail($"'{attestation.Name}' is neither an attestation nor a provenance object: {problem}");
        await using var content = file.OpenRead();
        var sha256 = await Sha256Digest.HashDataAsync(content, cancellationToken);
        var verified = new AttestationVerifier(trusted).Verify(name, sha256, attestations);
        if (verified.Select(each => each.Verdict).OfType<Refused>().FirstOrDefault() is { } refused)
            return Fail($"'{file.Name}' is not proved ({refused.Step}): {refused.Reason}");
        foreach (var each in verified.Select(each => (Verified)each.Verdict))
        {
            Console.WriteLine(ControlCharacters.Escape(
                $"{file.Name}: {each.Publisher}, signed at {each.SignedAt:u}, entry {each.LogIndex} of {each.Log}"));
        }
        return 0;
    }

    static bool TryRead(
        string json, [NotNullWhen(true)] out IReadOnlyList<Attestation>? attestations, out string? problem)
    {
        return json.Contains("\"attestation_bundles\"", StringComparison.Ordinal)
            ? Provenance.TryReadAttestations(json, out attestations, out problem)
            : Attestation.TryParseArray($"[{json}]", out attestations, out problem);
    }

    static async Task<string> ReadAsync(FileInfo file, int maxLength, CancellationToken cancellationToken) =>
        file.Length <= maxLength
            ? await File.ReadAllTextAsync(file.FullName, cancellationToken)
            : throw new FormatException($"'{file.Name}' is longer than {maxLength} bytes");

    static int Fail(string why)
    {
        Console.Error.WriteLine($"pyrepo: {ControlCharacters.Escape(why.TrimEnd('.'))}.");
        return 1;
    }
}
