namespace PyRepo.Server.Tests.Files;

/// <summary>How a <see cref="FileHost"/> listens.</summary>
public enum Endpoint
{
    SendFile,
    SwitchedOff,
    Tls,
}
