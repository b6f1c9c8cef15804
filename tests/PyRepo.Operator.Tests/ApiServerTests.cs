using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests;

public sealed class ApiServerTests(ApiServer server)
{
    [Fact]
    public async Task An_answered_request_is_in_the_audit_log()
    {
        var since = server.Audit.End;
        var ns = await server.NewNamespaceAsync();
        var request = Assert.Single(
            server.Audit.Read(since), entry => entry.IsWrite && entry.ObjectRef?.Name == ns);
        Assert.Equal($"patch namespaces {ns}/{ns} 201", request.ToString());
        Assert.Equal("admin", request.User.Username);
    }

    [Fact]
    public async Task Rejected_kubectl_commands_are_reported()
    {
        var result = await server.RunKubectlAsync(["create", "namespace", "No"]);
        Assert.Contains("Invalid value", result.MustFail(), StringComparison.Ordinal);
    }
}
