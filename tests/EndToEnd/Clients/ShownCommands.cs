using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace EndToEnd.Clients;

/// <summary>The commands on a page of the server, by the tool that they are for.</summary>
/// <param name="Tools">The commands of each tool, in order, as somebody copies them.</param>
public sealed partial record ShownCommands(IReadOnlyList<(string Tool, IReadOnlyList<string> Commands)> Tools)
{
    /// <summary>Reads a page as a browser does.</summary>
    public static async Task<ShownCommands> ReadAsync(
        PyRepoServer server, string path, AuthenticationHeaderValue? user = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Url, path));
        request.Headers.Accept.ParseAdd("text/html");
        request.Headers.Authorization = user;
        using var answer = await server.Http.SendAsync(request);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {html}");
        var tools = html.Split("<div class=\"tool\">").Skip(1).Select(CommandsIn).Where(shown => shown.Count > 0)
            .Select(shown => (shown[^1].Split(' ')[0], shown)).ToList();
        Assert.NotEmpty(tools);
        return new(tools);
    }

    static IReadOnlyList<string> CommandsIn(string html) =>
        [.. Command.Matches(html.Split("</fieldset>")[0]).Select(code => WebUtility.HtmlDecode(code.Groups[1].Value))];

    [GeneratedRegex("<code class=\"sh\">([^<]*)</code>")]
    static partial Regex Command { get; }
}
