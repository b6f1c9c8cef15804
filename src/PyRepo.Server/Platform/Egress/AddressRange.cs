namespace PyRepo.Server.Platform.Egress;

/// <summary>From where an address can be reached, from anywhere to the machine itself.</summary>
enum AddressRange
{
    Public,
    Private,
    Loopback,
}
