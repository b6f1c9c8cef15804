namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>
/// What a credential plugin is told and what it answers (client.authentication.k8s.io v1 and v1beta1).
/// </summary>
sealed record ExecCredential
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public ExecSpec? Spec { get; init; }

    public ExecStatus? Status { get; init; }
}
