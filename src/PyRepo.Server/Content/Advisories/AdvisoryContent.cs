using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Advisories;

/// <summary>The document of an advisory.</summary>
/// <param name="Json">The document as its source wrote it: a JSON object.</param>
/// <param name="Projects">The projects that it is about.</param>
sealed record AdvisoryContent(byte[] Json, ImmutableArray<ProjectName> Projects)
{
    /// <summary>
    /// Returns the document without what it says of projects that the caller may not read; null if it may read none.
    /// </summary>
    public async ValueTask<AdvisoryContent?> ForAsync(IMemberGuard guard)
    {
        var readable = ImmutableArray.CreateBuilder<ProjectName>(Projects.Length);
        foreach (var project in Projects)
        {
            if (await guard.AllowsAsync([], project))
                readable.Add(project);
        }
        if (readable.Count == Projects.Length)
            return this;
        return readable.Count > 0 && Without(Projects.Except(readable).ToHashSet()) is { } json
            ? new AdvisoryContent(json, readable.ToImmutable())
            : null;
    }

    /// <returns>The rest, or null if the document has a property twice, so that nobody can tell what it says.</returns>
    byte[]? Without(HashSet<ProjectName> projects)
    {
        try
        {
            var document = JsonNode.Parse(Json)!.AsObject();
            var affected = document["affected"]!.AsArray();
            foreach (var entry in affected.Where(entry => IsAbout(entry, projects)).ToList())
                affected.Remove(entry);
            return Encoding.UTF8.GetBytes(document.ToJsonString());
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    static bool IsAbout(JsonNode? entry, HashSet<ProjectName> projects) =>
        entry is JsonObject fields && fields["package"] is JsonObject package && package["name"] is JsonValue name
        && name.TryGetValue<string>(out var text) && ProjectName.TryParse(text, out var project)
        && projects.Contains(project);
}
