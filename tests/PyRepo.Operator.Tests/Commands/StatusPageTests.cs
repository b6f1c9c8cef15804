using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Operator.Commands.Plugin;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Tests.Commands;

public sealed class StatusPageTests
{
    [Fact]
    public void A_healthy_repository_shows_its_children_and_that_its_pods_agree()
    {
        var page = new StatusPage(
            Resource("True", "Ready", ""),
            [
                JsonNode.Parse("""
                    {"kind":"Deployment","metadata":{"name":"team"},"status":{"readyReplicas":2},
                     "spec":{"replicas":2,"template":{"spec":{"containers":[{"image":"pyrepo:1"}]}}}}
                    """)!,
                JsonNode.Parse("""
                    {"kind":"PersistentVolumeClaim","metadata":{"name":"team-data"},
                     "status":{"phase":"Bound","capacity":{"storage":"10Gi"}}}
                    """)!,
            ],
            [Pod("team-1", "0123456789abcdef"), Pod("team-2", "0123456789abcdef")]);
        Assert.True(page.IsReady);
        Assert.Equal(
            """
            PythonRepository a/team  https://pypi.example.com/

              Ready                True     Ready

            ├─ Deployment team  2 of 2 ready, pyrepo:1
            ├─ PersistentVolumeClaim team-data  Bound, 10Gi
            ├─ Pod team-1  Running on node-1, server 0.1.0, configuration 01234567
            │    ready: 3 projects, 7 files
            ├─ Pod team-2  Running on node-1, server 0.1.0, configuration 01234567
            │    ready: 3 projects, 7 files

            All 2 pods act on the same configuration, 01234567.

            """,
            page.Write());
    }

    [Fact]
    public void A_fault_ends_with_the_advice_and_pods_that_do_not_agree_are_named()
    {
        var text = new StatusPage(
            Resource("False", "StorageNotExpandable", "Ask the administrator."), [],
            [
                Pod("team-1", "0123456789"), Pod("team-2", "9876543210"),
                new(Running("team-3"), null, "it does not answer"),
            ]).Write();
        Assert.Contains("The pods do not agree: team-1 01234567, team-2 98765432, team-3 unknown.", text,
            StringComparison.Ordinal);
        Assert.Contains("Pod team-3  Running on node-1, no report: it does not answer", text, StringComparison.Ordinal);
        Assert.Contains("Next: Ask the administrator.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resource_that_no_operator_has_seen_says_so()
    {
        var page = new StatusPage(JsonNode.Parse("""{"kind":"ProxyRepository","metadata":{"name":"x"}}""")!, [], []);
        Assert.False(page.IsReady);
        Assert.Contains("the operator has not seen it yet", page.Write(), StringComparison.Ordinal);
        Assert.Contains("No pod runs.", page.Write(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/bin/kubectl-pyrepo", "status", "kubectl status", false)]
    [InlineData("/bin/kubectl_complete-pyrepo", "st", "kubectl st", true)]
    [InlineData("pyrepo-operator", "run", "run", false)]
    public void The_programs_name_is_a_command(string program, string typed, string arguments, bool isCompletion)
    {
        var invocation = PluginInvocation.From(program, typed.Split(' '));
        Assert.Equal(arguments, string.Join(' ', invocation.Arguments));
        Assert.Equal(isCompletion, invocation.IsCompletion);
    }

    static JsonNode Resource(string status, string reason, string message) => JsonNode.Parse($$"""
        {"kind":"PythonRepository","metadata":{"namespace":"a","name":"team"},
         "status":{"url":"https://pypi.example.com/","conditions":[
           {"type":"Ready","status":"{{status}}","reason":"{{reason}}","message":"{{message}}"} ] } }
        """)!;

    static JsonNode Running(string name) => JsonNode.Parse($$"""
        {"metadata":{"name":"{{name}}" },"spec":{"nodeName":"node-1"},"status":{"phase":"Running"} }
        """)!;

    static PodReport Pod(string name, string hash) => new(Running(name), new ServerReport
    {
        Version = "0.1.0",
        Hash = hash,
        Repositories = [new RepositoryReport { Name = "team", Ready = true, Projects = 3, Files = 7 }],
    }.ToJson(), null);
}
