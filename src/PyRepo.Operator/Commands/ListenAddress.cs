using System.Globalization;
using System.Net;
using PyRepo.Operator.Settings;
using PyRepo.Resources.Problems;

namespace PyRepo.Operator.Commands;

/// <summary>The value of <c>--listen</c>.</summary>
static class ListenAddress
{
    /// <exception cref="SettingsException">It is no address with a port.</exception>
    public static IPEndPoint Read(string text) =>
        IPEndPoint.TryParse(text, out var address) && NamesPort(text, address.Port)
            ? address
            : throw new SettingsException(
                $"--listen: {Quote.Text(text)} is not ADDRESS:PORT, an IP address and a port, as 0.0.0.0:8080 or "
                + "[::]:8080");

    /// <summary>A port that is left out is read as 0, which means any.</summary>
    static bool NamesPort(string text, int port) =>
        text.EndsWith(string.Create(CultureInfo.InvariantCulture, $":{port}"), StringComparison.Ordinal)
        && (text.Contains(']', StringComparison.Ordinal) || text.Count(letter => letter == ':') == 1);
}
