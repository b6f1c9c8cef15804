using EndToEnd.Clients;
using EndToEnd.Proxying;

namespace EndToEnd.Examples.OnLaptop;

/// <summary>The example <c>laptop</c>, with a server of the test's own as PyPI.</summary>
[Example("laptop")]
public sealed class LaptopTests
{
    [ClientFact]
    public async Task A_private_package_and_one_from_PyPI_install_from_one_index()
    {
        await using var upstream = await PublicIndex.StartAsync("six-1.17.0-py2.py3-none-any.whl");
        await using var example = new Example("laptop").With("https://pypi.org/simple/", $"{upstream.Server.Index}");
        await example.RunAsync();
        Assert.Equal(1, upstream.Server.CountOfPage("six"));
        Assert.Equal(0, upstream.Server.CountOfPage("acme-lib"));
    }
}
