namespace PyRepo.Server.Endpoints.Web;

/// <summary>A command to copy. The script adds the button.</summary>
static class CopyLine
{
    /// <summary>Creates the line.</summary>
    /// <param name="command">The command.</param>
    /// <param name="label">Which program it is for.</param>
    public static Html Render(string command, string label) => Html.From($"""
        <div class="copy"><span>{label}</span>
        <pre tabindex="0" role="region" aria-label="Command for {label}"><code>{command}</code></pre></div>
        """);
}
