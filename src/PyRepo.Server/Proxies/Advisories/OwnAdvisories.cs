using System.Text;
using PyRepo.Advisories;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>The advisories of a ConfigMap of the team's own.</summary>
/// <param name="Database">The advisories, or null if they cannot be read.</param>
/// <param name="Failure">Why they cannot be read, or null.</param>
sealed record OwnAdvisories(AdvisoryDatabase? Database, string? Failure)
{
    /// <summary>Identifies the content.</summary>
    public string? Version => Database?.Version ?? Failure;

    /// <summary>Reads the text of a key.</summary>
    /// <param name="source">The ConfigMap and its key, for messages.</param>
    /// <param name="text">The text, or null if it is not there.</param>
    public static OwnAdvisories Read(string source, string? text)
    {
        if (text is null)
            return new(null, $"The own advisories are missing: {source}.");
        try
        {
            return new(AdvisoryDatabase.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), default), null);
        }
        catch (InvalidDataException error)
        {
            return new(null, $"The own advisories cannot be read: {source}. {error.Message}");
        }
    }
}
