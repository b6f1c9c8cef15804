using System.Text.Json.Nodes;

namespace EndToEnd.Proxying;

/// <summary>A project's page as an upstream sends it.</summary>
public sealed record ScriptedPage(string Project, params IReadOnlyList<ScriptedFile> Files)
{
    /// <summary>What it calls the project.</summary>
    public string Name { get; init; } = Project;

    /// <summary>Its api-version.</summary>
    public string ApiVersion { get; init; } = "1.1";

    /// <summary>The serial that it carries; null: none.</summary>
    public long? Serial { get; init; }

    /// <summary>Its text in JSON.</summary>
    public string JsonBody
    {
        get
        {
            var meta = new JsonObject { ["api-version"] = ApiVersion };
            if (Serial is { } serial)
                meta["_last-serial"] = serial;
            return new JsonObject
            {
                ["meta"] = meta,
                ["name"] = Name,
                ["versions"] = new JsonArray(),
                ["files"] = new JsonArray([.. Files.Select(f => f.ToJson())]),
            }.ToJsonString();
        }
    }

    /// <summary>Its text in HTML, as plain as static servers write it.</summary>
    public string HtmlBody =>
        $"<!DOCTYPE html><html><head><title>Links for {Name}</title></head><body>\n"
        + $"{string.Concat(Files.Select(f => f.ToHtml()))}</body></html>";

    /// <summary>Answers with it in JSON.</summary>
    public Reply AsJson() => Replies.Text(JsonBody, Replies.Json);

    /// <summary>Answers with it in HTML.</summary>
    public Reply AsHtml() => Replies.Text(HtmlBody, "text/html; charset=utf-8");
}
