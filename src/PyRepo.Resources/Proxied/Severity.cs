namespace PyRepo.Resources.Proxied;

/// <summary>The qualitative severities of CVSS.</summary>
public enum Severity
{
    Low,
    Medium,
    High,
    Critical,
}
