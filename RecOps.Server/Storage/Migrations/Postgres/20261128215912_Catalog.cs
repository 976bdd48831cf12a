using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RecOps.Server.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Catalog : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "CatalogItems",
                columns: table => new
                {
                    ItemId = table.Column<string>(type: "character varying(512)", maxLength: 512, nullable: false),
                    Price = table.Column<decimal>(type: "numeric", nullable: true),
                    InStock = table.Column<bool>(type: "boolean", nullable: true),
                    Attributes = table.Column<string>(type: "text", nullable: true),
                    Version = table.Column<long>(type: "bigint", nullable: false),
                    ChangedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CatalogItems", x => x.ItemId);
                });

            migrationBuilder.CreateIndex(
                name: "IX_CatalogItems_Version",
                table: "CatalogItems",
                column: "Version",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "CatalogItems");
        }
    }
}
