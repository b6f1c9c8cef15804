namespace Bench.Hostile.Measuring;

/// <summary>What a server cost over some time.</summary>
/// <param name="Cpu">The seconds of processor time that it took, for honest clients, too.</param>
/// <param name="Before">Its resident bytes at the beginning.</param>
/// <param name="Peak">Its resident bytes at most.</param>
/// <param name="After">Its resident bytes at the end.</param>
/// <param name="Log">The bytes that its log grew by.</param>
/// <param name="Disk">The bytes of its data at most, as the disk allocates them.</param>
readonly record struct Footprint(
    double Cpu, long Before, long Peak, long After, int DescriptorsBefore, int DescriptorsPeak, long Log, long Disk);
