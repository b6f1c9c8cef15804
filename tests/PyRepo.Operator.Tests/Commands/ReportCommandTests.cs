using System.Text.Json.Nodes;
using PyRepo.Operator.Commands.Plugin;

namespace PyRepo.Operator.Tests.Commands;

public sealed class ReportCommandTests
{
    [Fact]
    public void Values_of_environment_variables_are_not_in_a_report_wherever_they_stand()
    {
        var deployment = JsonNode.Parse("""
            {"metadata":{"name":"pyrepo-operator","managedFields":[{}],"annotations":{"a":"b",
               "kubectl.kubernetes.io/last-applied-configuration":"{\"env\":\"canary\"}"}},
             "spec":{"template":{"spec":{
               "initContainers":[{"env":[{"name":"TOKEN","value":"canary"}]}],
               "containers":[{"env":[{"name":"HTTPS_PROXY","value":"http://user:canary@proxy"},
                 {"name":"POD","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}]}}}}
            """)!;
        Assert.Equal(
            """
            {"metadata":{"name":"pyrepo-operator","annotations":{"a":"b"}},"spec":{"template":{"spec":{"initContainers":[{"env":[{"name":"TOKEN","value":"(not shown)"}]}],"containers":[{"env":[{"name":"HTTPS_PROXY","value":"(not shown)"},{"name":"POD","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}]}}}}
            """,
            ReportCommand.WithoutNoise(deployment).ToJsonString());
    }
}
