using System.Text.Json;

namespace PyRepo.Packaging.Metadata;

/// <summary>Reads <c>{name}-{version}-variants.json</c>, which says what the labels of a release's variant wheels stand
/// for (<see href="https://peps.python.org/pep-0825/#index-level-metadata">PEP 825</see>).</summary>
/// <remarks>The PEP is a draft, whose format has a version: only what all versions have is looked at.</remarks>
static class VariantsIndex
{
    const string Variants = "variants";

    /// <summary>Checks that the file is a JSON object with an object <c>variants</c>.</summary>
    /// <exception cref="ArchiveException">It is not, or is too long.</exception>
    public static ArchiveContent Check(Stream stream)
    {
        if (stream.Length > ArchiveLimits.MaxVariantsIndexLength)
            throw new ArchiveException(
                $"The list of variants has {stream.Length} bytes; at most {ArchiveLimits.MaxVariantsIndexLength} are "
                + "allowed.");
        stream.Position = 0;
        try
        {
            using var document = JsonDocument.Parse(stream);
            if (document.RootElement.ValueKind is JsonValueKind.Object
                && document.RootElement.TryGetProperty(Variants, out var variants)
                && variants.ValueKind is JsonValueKind.Object)
                return ArchiveContent.WithoutMetadata;
        }
        catch (JsonException problem)
        {
            throw new ArchiveException("The list of variants is not JSON.", problem);
        }
        throw new ArchiveException($"The list of variants is not a JSON object with an object \"{Variants}\".");
    }
}
