namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>
/// The request to a credential plugin and its response
/// (<see href="https://kubernetes.io/docs/reference/config-api/client-authentication.v1/">client.authentication.k8s.io</see>,
/// v1 and v1beta1).
/// </summary>
sealed record ExecCredential
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public ExecSpec? Spec { get; init; }

    public ExecStatus? Status { get; init; }
}
