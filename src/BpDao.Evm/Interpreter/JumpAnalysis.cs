namespace BpDao.Evm;

/// <summary>Finds the jump destinations of code (Yellow Paper §9.4.3).</summary>
internal static class JumpAnalysis
{
    /// <summary>Sets a bit for each JUMPDEST that is not push data; <paramref name="map"/> is zero and has a bit for each byte of code.</summary>
    public static void Mark(ReadOnlySpan<byte> code, Span<ulong> map)
    {
        for (int i = 0; i < code.Length; i++)
        {
            byte op = code[i];
            if (op == (byte)Opcode.JUMPDEST) map[i >> 6] |= 1UL << i;
            else if (op is >= (byte)Opcode.PUSH1 and <= (byte)Opcode.PUSH32) i += op - (byte)Opcode.PUSH0;
        }
    }
}
