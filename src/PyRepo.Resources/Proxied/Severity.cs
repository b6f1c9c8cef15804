namespace PyRepo.Resources.Proxied;

/// <summary>The qualitative severity ratings of
/// <see href="https://www.first.org/cvss/v3.1/specification-document">CVSS</see>.</summary>
public enum Severity
{
    Low,
    Medium,
    High,
    Critical,
}
