using System.Collections.Immutable;

namespace PyRepo.Server.Endpoints.Web.Clients;

/// <summary>Commands to type and lines to write into a file, of one tool at a time. Without styles, all are shown.</summary>
static class ToolsView
{
    /// <summary>How to install from a repository: commands, what signs in, and the file that says the same.</summary>
    public static Html Install(ClientIndex index, string requirement) => Html.From($"""
        {Render(
            "install", "Install with",
            [.. InstallTool.All(index, requirement).Select(tool => (tool.Name, OfTool(tool)))])}
        {Html.If(!index.IsPublic, $"""
            <p class="help">Some packages here need sign-in. For scripts, put the user and a password into a file that only you
            can read; with a token, the user is <code>__token__</code>:</p>
            <details><summary>In ~/.netrc</summary>
            {Line(Netrc(index), "Lines of .netrc", "file")}
            </details>
            """)}
        """);

    /// <summary>How to install one project, without the rest.</summary>
    public static Html InstallProject(ClientIndex index, string requirement) => Render(
        "install", "Install with",
        [.. InstallTool.All(index, requirement).Select(tool => (tool.Name, Html.Join(Commands(tool))))]);

    /// <summary>How to upload to a repository.</summary>
    public static Html Upload(ClientIndex index) => Render(
        "publish", "Upload with", [.. UploadTool.All(index).Select(
            tool => (tool.Name, Html.Join(tool.Commands.Select(
                (command, i) => Line(command.ToString(), $"Upload with {tool.Name}{Ordinal(i)}", "sh")))))]);

    static Html OfTool(InstallTool tool) => Html.From($"""
        {Commands(tool)}
        <details><summary>In {tool.File.Name}</summary>
        {Line(tool.File.Text, $"Lines of {tool.File.Name} for {tool.Name}", "file")}
        </details>
        """);

    static IEnumerable<Html> Commands(InstallTool tool)
    {
        if (tool.SignIn is { } signIn)
            yield return Line(signIn.ToString(), $"Sign in with {tool.Name}", "sh");
        for (var i = 0; i < tool.Commands.Length; i++)
            yield return Line(tool.Commands[i].ToString(), $"Install with {tool.Name}{Ordinal(i)}", "sh");
    }

    static string Netrc(ClientIndex index) => $"""
        machine {new Uri(index.Url).Host}
        login {index.User}
        password PASSWORD
        """;

    static string Ordinal(int index) => index == 0 ? "" : $", line {index + 1}";

    static Html Render(string id, string legend, ImmutableArray<(string Name, Html Content)> tools) => Html.From($"""
        <fieldset class="tools" aria-label="{legend}">
        {tools.Select((tool, i) => Html.From($"""
            <input type="radio" name="{id}" id="{id}-{tool.Name}"{Html.If(i == 0, $" checked")}>
            <label for="{id}-{tool.Name}">{tool.Name}</label>
            <div class="tool">
            {tool.Content}
            </div>

            """))}
        </fieldset>
        """);

    /// <summary>Creates a text to copy. The script adds the button.</summary>
    /// <param name="text">The text.</param>
    /// <param name="label">A name for it that no other text of the page has.</param>
    /// <param name="kind"><c>sh</c> for a command, <c>file</c> for lines of a file.</param>
    public static Html Line(string text, string label, string kind) => Html.From($"""
        <div class="copy"><pre tabindex="0" role="region" aria-label="{label}"><code class="{kind}">{text}</code></pre></div>

        """);
}
