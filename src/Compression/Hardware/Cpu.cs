using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using Lineup.ModelRepository.Manifests;
using Dp = System.Runtime.Intrinsics.Arm.Dp;

namespace Lineup.Compression.Hardware;

/// <summary>
/// Tells which processor this is. Whether it can multiply bytes into 32-bit sums decides both how fast int8 runs and, where 16-bit
/// sums saturate instead, how accurate it is.
/// </summary>
public static class Cpu
{
    private const int BrandStringMin = unchecked((int)0x80000002);
    private const int BrandStringMax = unchecked((int)0x80000004);

    /// <summary>The processor this process runs on.</summary>
    public static CpuDescription Current { get; } = new() { Name = Name(), Features = [.. Features()] };

    private static string Name()
    {
        var architecture = RuntimeInformation.ProcessArchitecture.ToString();
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < unchecked((uint)BrandStringMax))
            return architecture;

        var text = new List<byte>(48);
        for (var leaf = BrandStringMin; leaf <= BrandStringMax; leaf++)
        {
            var (a, b, c, d) = X86Base.CpuId(leaf, 0);
            foreach (var register in (ReadOnlySpan<int>)[a, b, c, d])
                text.AddRange(BitConverter.GetBytes(register));
        }

        var name = string.Join(' ', Encoding.ASCII.GetString([.. text]).TrimEnd('\0').Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return name.Length > 0 ? name : architecture;
    }

    // CPUID says what the processor has, IsSupported what the operating system lets programs use. Bits: Intel SDM, volume 2A, CPUID.
    private static IEnumerable<string> Features()
    {
        if (Dp.IsSupported)
            yield return "asimddp";
        if (!Avx2.IsSupported)
            yield break;

        yield return "avx2";
        var (subleaves, _, leaf7C, leaf7D) = X86Base.CpuId(7, 0);
        if (subleaves >= 1 && Bit(X86Base.CpuId(7, 1).Eax, 4))
            yield return "avx_vnni";
        if (Avx512F.IsSupported)
            yield return "avx512f";
        if (Avx512F.IsSupported && Bit(leaf7C, 11))
            yield return "avx512_vnni";
        if (Avx512F.IsSupported && Bit(leaf7D, 25))
            yield return "amx_int8";
    }

    private static bool Bit(int register, int bit) => ((register >> bit) & 1) != 0;
}
