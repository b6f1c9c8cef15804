using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Tests.Manifests;

/// <summary>How a server's pods get credentials for their bucket without a key.</summary>
public sealed class CloudIdentityTests
{
    const string Role = "serviceAccountAnnotations: { eks.amazonaws.com/role-arn: \"arn:aws:iam::1:role/a\" }";
    const string Client =
        "serviceAccountAnnotations: { azure.workload.identity/client-id: c, azure.workload.identity/tenant-id: t }";
    const string S3 = "name: packages, region: eu-west-1";
    const string Azure = "provider: Azure, name: packages, endpoint: \"https://a.blob.core.windows.net\"";
    const string Folder = "/var/run/secrets/pyrepo.dev/identity";

    static readonly OperatorSettings _settings = Scenario.Settings with
    {
        AllowedServiceAccountAnnotations =
            ["eks.amazonaws.com/role-arn", "azure.workload.identity/*", "iam.gke.io/gcp-service-account"],
        NetworkPolicy = new NetworkPolicySettings { Enabled = true },
    };

    [Theory]
    [InlineData(S3, Role, "sts.amazonaws.com",
        $"AWS_ROLE_ARN=arn:aws:iam::1:role/a AWS_WEB_IDENTITY_TOKEN_FILE={Folder}/token")]
    [InlineData(Azure, Client, "api://AzureADTokenExchange",
        $"AZURE_CLIENT_ID=c AZURE_TENANT_ID=t AZURE_FEDERATED_TOKEN_FILE={Folder}/token")]
    public void An_annotation_makes_a_token_for_the_cloud_that_has_the_bucket(
        string bucket, string server, string audience, string environment)
    {
        var pod = Pod(bucket, server);
        var token = Assert.Single(pod.Volumes!, v => v.Name == "identity").Projected!.Sources[0].ServiceAccountToken!;
        Assert.Equal((audience, "token"), (token.Audience, token.Path));
        Assert.Equal(Folder, Assert.Single(pod.Containers[0].VolumeMounts!, m => m.Name == "identity").MountPath);
        Assert.Equal($"AWS_EC2_METADATA_DISABLED=true {environment}", Environment(pod));
        Assert.False(pod.AutomountServiceAccountToken);
    }

    [Theory]
    [InlineData(S3, "")]
    [InlineData(S3 + ", credentialsSecretRef: { name: s3 }", Role)]
    [InlineData("claimRef: { name: packages }", Role)]
    [InlineData(S3, Client)]
    [InlineData("provider: GCS, name: packages", "serviceAccountAnnotations: { iam.gke.io/gcp-service-account: a }")]
    public void Without_the_annotation_of_that_cloud_or_with_a_key_there_is_no_token(string bucket, string server)
    {
        var pod = Pod(bucket, server);
        Assert.DoesNotContain(pod.Volumes!, v => v.Name == "identity");
        Assert.Equal("AWS_EC2_METADATA_DISABLED=true", Environment(pod));
    }

    [Fact]
    public void The_annotations_are_those_of_the_pods_ServiceAccount() => Assert.Equal(
        "arn:aws:iam::1:role/a",
        Desired(S3, Role).ServiceAccount!.Metadata.Annotations!["eks.amazonaws.com/role-arn"]);

    [Theory]
    [InlineData(S3, "169.254.170.23/32")]
    [InlineData("provider: GCS, name: packages", "169.254.169.254/32 169.254.169.252/32")]
    [InlineData(S3 + ", credentialsSecretRef: { name: s3 }", "")]
    [InlineData(Azure, "")]
    public void A_network_policy_lets_a_pod_without_a_key_ask_for_its_own_credentials(
        string bucket, string addresses) =>
        Assert.Equal(addresses, string.Join(' ',
            from rule in Desired(bucket, "").NetworkPolicy!.Spec!.Egress!
            from peer in rule.To ?? []
            where peer.IpBlock?.Cidr.StartsWith("169.254", StringComparison.Ordinal) is true
            select peer.IpBlock!.Cidr));

    static DesiredState Desired(string bucket, string server)
    {
        var desired = DesiredState.From(
            YamlObjects.Make(
                "PythonRepository", "team-a", $"storage: {{ bucket: {{ {bucket} }} }}, server: {{ {server} }}"),
            Scenario.Inputs, _settings);
        Assert.Null(desired.Rejection);
        return desired;
    }

    static PodSpec Pod(string bucket, string server) => Desired(bucket, server).Deployment!.Spec!.Template.Spec;

    static string Environment(PodSpec pod) =>
        string.Join(' ', pod.Containers[0].Env!.Select(variable => $"{variable.Name}={variable.Value}"));
}
