using BpDao.Core;

namespace BpDao.CrossCheck;

/// <summary>Writes one program: mostly instructions with the operands they need, so that programs get far; now and then a byte that is
/// anything, a loop, a creation, a call with the gas of a miser.</summary>
/// <param name="accounts">Whom the program may name.</param>
internal sealed class ProgramGenerator(SeededNumbers random, Fork fork, IReadOnlyList<Address> accounts)
{
    private const int MaxStatements = 40;

    private readonly List<byte> _code = [];
    private readonly Instruction[] _known = [.. InstructionList.All.Where(i => i.Since <= fork)];
    private int _height;

    public byte[] Write()
    {
        int statements = 1 + random.Below(MaxStatements);
        for (int i = 0; i < statements; i++) Statement();
        End();
        return [.. _code];
    }

    private void Statement()
    {
        switch (random.Below(160))
        {
            case 0: _code.Add((byte)random.Next()); break;
            case < 9: Branch(); break;
            case < 13: Loop(); break;
            case < 21: Creation(); break;
            case < 29: Precompile(); break;
            case < 37: Duplicate(); break;
            case < 45: Swap(); break;
            case < 49: CopyReturnData(); break;
            default: Instruct(random.Pick(_known)); break;
        }
    }

    private void Instruct(Instruction instruction)
    {
        foreach (Operand operand in instruction.Operands) Push(operand);
        _code.Add(instruction.Code);
        _height += instruction.Results - instruction.Operands.Length;
    }

    private void Duplicate()
    {
        if (_height == 0) return;
        _code.Add((byte)(0x80 + random.Below(Math.Min(_height, 16))));
        _height++;
    }

    private void Swap()
    {
        if (_height < 2) return;
        _code.Add((byte)(0x90 + random.Below(Math.Min(_height - 1, 16))));
    }

    /// <summary>Jumps forward over a statement or not; the target may, rarely, be no JUMPDEST.</summary>
    private void Branch()
    {
        int before = _height;
        Push(Operand.Word);
        int target = PushTarget();
        _code.Add(0x57);
        _height = before;
        Statement();
        Level(before);
        Land(target);
    }

    /// <summary>Counts down; gas ends the loops that damage their counter.</summary>
    private void Loop()
    {
        PushWord((ulong)(1 + random.Below(5)));
        int start = _code.Count;
        _code.Add(0x5b);
        int before = _height;
        Statement();
        Level(before);
        PushWord(1);
        _code.AddRange([0x90, 0x03, 0x80]); // SWAP1 SUB DUP1
        _code.AddRange([0x61, (byte)(start >> 8), (byte)start, 0x57]);
        _height = before;
    }

    /// <summary>CREATE or CREATE2 of init code from memory: some that returns code, some that is noise.</summary>
    private void Creation()
    {
        byte[] init = random.Below(3) switch
        {
            0 => [0x60, (byte)random.Next(), 0x60, 0x00, 0x53, 0x60, (byte)random.Below(40), 0x60, 0x00, 0xf3], // returns up to 39 bytes
            1 => [0x60, (byte)random.Below(5), 0x60, (byte)random.Below(5), 0x55, 0x33, 0xff], // stores and destroys itself
            _ => random.Bytes(1 + random.Below(32)),
        };
        PushWord(UInt256.FromBigEndian(init));
        PushWord(0);
        _code.Add(0x52);
        bool salted = fork >= Fork.Constantinople && random.OneIn(2);
        if (salted) Push(Operand.Number);
        PushWord((ulong)init.Length);
        PushWord((ulong)(32 - init.Length));
        Push(Operand.Amount);
        _code.Add(salted ? (byte)0xf5 : (byte)0xf0);
        _height -= salted ? 5 : 4;
    }

    /// <summary>A call to a precompiled contract with a few words of input.</summary>
    private void Precompile()
    {
        int words = random.Below(7);
        for (int i = 0; i < words; i++)
        {
            if (random.OneIn(2)) PushWord((ulong)random.Below(4)); // (1, 2) is a point of BN254
            else Push(Operand.Word);
            PushWord((ulong)(32 * i));
            _code.Add(0x52);
            _height -= 2;
        }

        PushWord((ulong)random.Below(100)); // output size
        PushWord(0);
        PushWord((ulong)(32 * random.Below(13)));
        PushWord(0);
        Push(Operand.Amount);
        PushWord(PrecompileAddress());
        Push(Operand.Gas);
        _code.Add(0xf1);
        _height -= 6;
    }

    /// <summary>The whole of what the last call returned; more than that would end the program (EIP-211).</summary>
    private void CopyReturnData()
    {
        if (fork < Fork.Byzantium) return;
        _code.Add(0x3d);
        _height++;
        PushWord(0);
        Push(Operand.Offset);
        _code.Add(random.OneIn(30) ? (byte)0x37 : (byte)0x3e);
        _height -= 3;
    }

    private UInt256 PrecompileAddress()
    {
        if (fork >= Fork.Osaka && random.OneIn(12)) return 0x100;
        return (ulong)(1 + random.Below(fork >= Fork.Prague && random.OneIn(4) ? 17 : fork >= Fork.Cancun ? 10 : 9));
    }

    private void End()
    {
        switch (random.Below(8))
        {
            case 0: return;
            case 1: _code.Add(0x00); return;
            case 2: Push(Operand.Account); _code.Add(0xff); return;
            case 3: Push(Operand.Size); Push(Operand.Offset); _code.Add(0xfd); return;
            default: Push(Operand.Size); Push(Operand.Offset); _code.Add(0xf3); return;
        }
    }

    private void Push(Operand operand)
    {
        if (_height > 0 && random.OneIn(operand == Operand.Word ? 2 : 12))
        {
            Duplicate();
            return;
        }

        PushWord(operand switch
        {
            Operand.Offset => random.OneIn(1500) ? random.Word() : (ulong)random.Below(random.OneIn(8) ? 2000 : 160),
            Operand.Size => random.OneIn(1500) ? random.Word() : (ulong)random.Below(random.OneIn(8) ? 1000 : 100),
            Operand.Slot => random.OneIn(20) ? random.Word() : (ulong)random.Below(5),
            Operand.Account => random.OneIn(20) ? random.Word() : UInt256.FromBigEndian(random.Pick(accounts).Bytes),
            Operand.Gas => random.OneIn(10) ? random.Word() : (ulong)random.Below(random.OneIn(3) ? 3000 : 60_000),
            Operand.Amount => random.OneIn(30) ? random.Word() : (ulong)Math.Max(0, random.Below(6) - 3),
            Operand.Number => random.OneIn(10) ? random.Word() : (ulong)random.Below(300),
            _ => random.Word(),
        });
    }

    private void PushWord(UInt256 value)
    {
        Span<byte> bytes = stackalloc byte[32];
        value.WriteBigEndian(bytes);
        int skip = Math.Min(bytes.IndexOfAnyExcept((byte)0) is var i && i < 0 ? 31 : i, 31);
        _code.Add((byte)(0x7f - skip));
        _code.AddRange(bytes[skip..]);
        _height++;
    }

    private int PushTarget()
    {
        _code.AddRange([0x61, 0, 0]);
        return _code.Count - 2;
    }

    private void Land(int target)
    {
        int here = _code.Count + (random.OneIn(200) ? 1 : 0);
        _code[target] = (byte)(here >> 8);
        _code[target + 1] = (byte)here;
        _code.Add(0x5b);
    }

    /// <summary>Both ways to a JUMPDEST must bring the same height, or what follows would know less than it could.</summary>
    private void Level(int height)
    {
        for (; _height > height; _height--) _code.Add(0x50);
        for (; _height < height; ) PushWord(0);
    }
}
