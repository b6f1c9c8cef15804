namespace PyRepo.Server.Access;

/// <summary>What a caller wants to do. Each role allows the actions up to its own.</summary>
enum AccessAction
{
    Read,
    Upload,
    Maintain,
}
