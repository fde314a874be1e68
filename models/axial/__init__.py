"""What ions move along the cell."""
