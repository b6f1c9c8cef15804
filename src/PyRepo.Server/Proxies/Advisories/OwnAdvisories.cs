using System.Text;
using PyRepo.Advisories;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>
/// The advisories of a ConfigMap of the team's own. They are all there, or none is: a document that nobody can read may
/// be the one that blocked something.
/// </summary>
/// <param name="Database">The advisories, or null if they cannot be read.</param>
/// <param name="Failure">A sentence that says why they cannot be read, or null.</param>
sealed record OwnAdvisories(AdvisoryDatabase? Database, string? Failure)
{
    /// <summary>Reads the text of a key.</summary>
    /// <param name="source">The ConfigMap and its key, for messages.</param>
    /// <param name="text">The text, or null if it is not there.</param>
    public static OwnAdvisories Read(string source, string? text)
    {
        if (text is null)
            return new(null, $"The own advisories are missing: {source}.");
        try
        {
            var database = AdvisoryDatabase.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), default);
            return database.Skipped + database.Foreign is > 0 and var count
                ? new(null, $"Of the own advisories, {count} are not OSV documents about versions of projects of PyPI: "
                    + $"{source}.")
                : new(database, null);
        }
        catch (InvalidDataException error)
        {
            return new(null, $"The own advisories cannot be read: {source}. {error.Message}");
        }
    }

    /// <summary>Returns these advisories, or if they cannot be read, those before with the failure.</summary>
    public OwnAdvisories After(OwnAdvisories? before) =>
        Database is null ? this with { Database = before?.Database }
        : Database.Version == before?.Database?.Version && before.Database.DocumentFailure is null
            ? before with { Failure = null }
            : this;
}
