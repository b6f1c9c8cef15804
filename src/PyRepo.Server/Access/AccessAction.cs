namespace PyRepo.Server.Access;

/// <summary>An action that a caller requests. Each role allows its own action and all actions before it.</summary>
enum AccessAction
{
    Read,
    Upload,
    Maintain,
}
