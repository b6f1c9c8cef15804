using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace EndToEnd.Clients;

/// <summary>
/// One client that a theory is run with, as the argument of its test; skipped, with a line, where it or the assets are
/// missing.
/// </summary>
/// <param name="client">The client, as <see cref="PythonClients"/> names it.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ClientDataAttribute(string client) : DataAttribute
{
    /// <summary>The client.</summary>
    public string Client => client;

    /// <summary>The Debian package that it comes with.</summary>
    public string? Package { get; init; }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod, DisposalTracker disposalTracker) => new(
        [
            new TheoryDataRow(client)
            {
                Skip = Assets.Root is null ? Assets.Missing : PythonClients.MissingOfDebian(client, Package),
            },
        ]);

    /// <inheritdoc/>
    public override bool SupportsDiscoveryEnumeration() => true;
}
