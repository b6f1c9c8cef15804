using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Bench.Clients;

namespace Bench.Servers;

/// <summary>A package index that runs, as a client sees it, and the processes whose cost counts.</summary>
/// <param name="Login">user:password of somebody who may upload.</param>
/// <param name="Pages">The path of the project list, with a slash at its end.</param>
sealed partial record IndexServer(
    string Name, Uri Address, string UploadPath, string Login, string Pages, IReadOnlyList<int> Processes)
{
    public string GetPage(string project) => $"{Pages}{project}/";

    /// <summary>What asks for a page that people can read: some servers answer nothing else by themselves.</summary>
    public const string AcceptHtml = "Accept: text/html";

    /// <summary>The path of a file, as its project's page gives it.</summary>
    /// <exception cref="InvalidOperationException">The page has no such link.</exception>
    public string LinkTo(Wheel wheel)
    {
        using var connection = new HttpConnection(Address);
        var page = GetPage(wheel.Project);
        var html = connection.Get(page, AcceptHtml).MustSucceed($"{Name}, page of {wheel.Project}").Text;
        return Links().Matches(html)
            .Select(match => new Uri(new Uri(Address, page), match.Groups[1].Value).AbsolutePath)
            .FirstOrDefault(path => path.EndsWith($"/{wheel.FileName}", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"{Name}: {page} has no link to {wheel.FileName}: {html}");
    }

    /// <summary>The number of wheels that a page links to.</summary>
    public static int CountLinks(string html) => Links().Count(html);

    /// <summary>A loopback port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Waits until something answers at an address.</summary>
    public static void WaitFor(Uri address, string path = "/")
    {
        while (true)
        {
            try
            {
                using var connection = new HttpConnection(address);
                connection.Get(path);
                return;
            }
            catch (SocketException)
            {
                Thread.Sleep(20);
            }
        }
    }

    [GeneratedRegex("<a[^>]*href=\"([^\"]+\\.whl(?:#[^\"]*)?)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Links();
}
