using BpDao.Core;

namespace BpDao.CrossCheck;

/// <summary>What an operand should be for an instruction to do something worth comparing.</summary>
internal enum Operand
{
    Word,
    Offset,
    Size,
    Slot,
    Account,
    Gas,
    Amount,
    Number,
}

/// <summary>An instruction a program may hold.</summary>
/// <param name="Operands">The topmost last, in the order they are pushed.</param>
/// <param name="Results">Words it leaves on the stack.</param>
/// <param name="Since">The first fork that has it.</param>
internal sealed record Instruction(byte Code, Operand[] Operands, int Results, Fork Since);

/// <summary>Every instruction but those that <see cref="ProgramGenerator"/> arranges itself: jumps, halts, RETURNDATACOPY, PUSH, DUP and SWAP.</summary>
internal static class InstructionList
{
    public static readonly IReadOnlyList<Instruction> All =
    [
        .. Range(0x01, 0x07, "ww", 1), .. Range(0x08, 0x09, "www", 1), .. Range(0x0a, 0x0b, "ww", 1),
        .. Range(0x10, 0x14, "ww", 1), .. Range(0x15, 0x15, "w", 1), .. Range(0x16, 0x18, "ww", 1), .. Range(0x19, 0x19, "w", 1),
        .. Range(0x1a, 0x1a, "wn", 1), .. Range(0x1b, 0x1d, "wn", 1, Fork.Constantinople), .. Range(0x1e, 0x1e, "w", 1, Fork.Osaka),
        .. Range(0x20, 0x20, "so", 1),
        .. Range(0x30, 0x30, "", 1), .. Range(0x31, 0x31, "a", 1), .. Range(0x32, 0x34, "", 1), .. Range(0x35, 0x35, "o", 1),
        .. Range(0x36, 0x36, "", 1), .. Range(0x37, 0x37, "soo", 0), .. Range(0x38, 0x38, "", 1), .. Range(0x39, 0x39, "soo", 0),
        .. Range(0x3a, 0x3a, "", 1), .. Range(0x3b, 0x3b, "a", 1), .. Range(0x3c, 0x3c, "sooa", 0),
        .. Range(0x3d, 0x3d, "", 1, Fork.Byzantium), .. Range(0x3f, 0x3f, "a", 1, Fork.Constantinople),
        .. Range(0x40, 0x40, "n", 1), .. Range(0x41, 0x45, "", 1), .. Range(0x46, 0x47, "", 1, Fork.Istanbul),
        .. Range(0x48, 0x48, "", 1, Fork.London), .. Range(0x49, 0x49, "n", 1, Fork.Cancun), .. Range(0x4a, 0x4a, "", 1, Fork.Cancun),
        .. Range(0x50, 0x50, "w", 0), .. Range(0x51, 0x51, "o", 1), .. Range(0x52, 0x53, "wo", 0), .. Range(0x54, 0x54, "k", 1),
        .. Range(0x55, 0x55, "wk", 0), .. Range(0x58, 0x5a, "", 1), .. Range(0x5c, 0x5c, "k", 1, Fork.Cancun),
        .. Range(0x5d, 0x5d, "wk", 0, Fork.Cancun), .. Range(0x5e, 0x5e, "soo", 0, Fork.Cancun), .. Range(0x5f, 0x5f, "", 1, Fork.Shanghai),
        .. Range(0xa0, 0xa0, "so", 0), .. Range(0xa1, 0xa1, "wso", 0), .. Range(0xa2, 0xa2, "wwso", 0),
        .. Range(0xa3, 0xa3, "wwwso", 0), .. Range(0xa4, 0xa4, "wwwwso", 0),
        .. Range(0xf0, 0xf0, "sov", 1), .. Range(0xf1, 0xf2, "sosovag", 1), .. Range(0xf4, 0xf4, "sosoag", 1, Fork.Homestead),
        .. Range(0xf5, 0xf5, "wsov", 1, Fork.Constantinople), .. Range(0xfa, 0xfa, "sosoag", 1, Fork.Byzantium),
    ];

    private static IEnumerable<Instruction> Range(byte first, byte last, string operands, int results, Fork since = Fork.Frontier)
    {
        Operand[] kinds = [.. operands.Select(Kind)];
        for (int code = first; code <= last; code++) yield return new Instruction((byte)code, kinds, results, since);
    }

    private static Operand Kind(char letter) => letter switch
    {
        'w' => Operand.Word,
        'o' => Operand.Offset,
        's' => Operand.Size,
        'k' => Operand.Slot,
        'a' => Operand.Account,
        'g' => Operand.Gas,
        'v' => Operand.Amount,
        'n' => Operand.Number,
        _ => throw new ArgumentOutOfRangeException(nameof(letter)),
    };
}
